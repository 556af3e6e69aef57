/** Keys that say where restores that are asked for over the API may go. */
export const restoresSchema = {
  restores: {
    folder: {
      doc: 'Restores of DuckDB and Parquet over the API go below this folder, and nowhere else; empty: there are none.',
      format: String,
      default: '',
      env: 'BACKUP_RESTORES_FOLDER',
    },
    tigerbeetle: {
      addresses: {
        doc: 'The one cluster that restores of the ledger over the API may go into, by commas; empty: there are none.',
        format: String,
        default: '',
        env: 'BACKUP_RESTORES_TIGERBEETLE_ADDRESSES',
      },
      clusterId: {
        doc: 'Its id, decimal.',
        format: String,
        default: '0',
        env: 'BACKUP_RESTORES_TIGERBEETLE_CLUSTER_ID',
      },
    },
  },
};
