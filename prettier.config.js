/** Prettier's defaults, with the line length and quotes of the code base. */
export default { singleQuote: true, printWidth: 110 };
