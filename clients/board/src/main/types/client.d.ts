// The client library, as the build puts it beside the page's own scripts.

export * from '../../../../typescript/src/index.ts';
