// The entry of the SharedWorker that holds one stream for all pages of a browser.

export {};
