import fc from 'fast-check';

/** The same cases in every run, so that a failure is one of the code; the long runs look for new ones. */
if (process.env['SOAK'] === undefined) fc.configureGlobal({ seed: 20_260_101 });
