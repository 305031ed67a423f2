// Cursors of the client library, as the build puts them beside the page's own scripts.

export * from '../../../../typescript/src/cursors.ts';
