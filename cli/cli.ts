import type { Command } from 'commander';

/** The world of the CLI: entered as an argument, so that tests see all of it. */
export interface Cli {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  /** Standard output: results alone. */
  out(text: string): void;
  /** Standard error: progress and errors. */
  err(text: string): void;
}

/** Options that every command has. */
export interface SharedOptions {
  readonly json?: true;
  readonly url?: string;
  readonly key?: string;
  readonly config?: string;
}

/** Adds one command to the program. */
export type CliCommand = (program: Command, cli: Cli) => void;
