/** Keys that say where the API listens and whom it believes. */
export const apiSchema = {
  api: {
    host: {
      doc: 'Address that the API listens on.',
      format: 'filled',
      default: '127.0.0.1',
      env: 'BACKUP_API_HOST',
    },
    port: {
      doc: 'Port of the API; 0 takes a free one.',
      format: 'port-number',
      default: 8080,
      env: 'BACKUP_API_PORT',
    },
    keysFile: {
      doc: 'API keys, hashed (mode 0600).',
      format: 'filled',
      default: './keys/api-keys.json',
      env: 'BACKUP_API_KEYS_FILE',
    },
    secureCookies: {
      doc: 'Behind TLS: session cookies are never sent without it.',
      format: 'true-or-false',
      default: false,
      env: 'BACKUP_API_SECURE_COOKIES',
    },
    tokens: {
      jwksUrl: {
        doc: 'Where an identity provider publishes its keys (JWKS); with it, its access tokens (JWT) are taken beside API keys.',
        format: 'optional-url',
        default: '',
        env: 'BACKUP_API_JWKS_URL',
      },
      issuer: {
        doc: 'What `iss` of an access token must be.',
        format: String,
        default: '',
        env: 'BACKUP_API_TOKEN_ISSUER',
      },
      audience: {
        doc: 'What `aud` of an access token must name.',
        format: String,
        default: '',
        env: 'BACKUP_API_TOKEN_AUDIENCE',
      },
      rolesClaim: {
        doc: 'Claim of an access token that names viewer, operator or admin: a list, or a text with spaces between.',
        format: String,
        default: 'roles',
        env: 'BACKUP_API_TOKEN_ROLES_CLAIM',
      },
    },
  },
};
