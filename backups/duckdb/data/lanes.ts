/**
 * COPYs at a time, each by a thread of its own: DuckDB collects the rows of several threads before it writes them, and
 * writes those of one as they come.
 */
export const lanes = 3;
