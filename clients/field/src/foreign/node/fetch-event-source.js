// @microsoft/fetch-event-source, on Node, which has neither window nor document.

globalThis.window = globalThis;
globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} };
const { fetchEventSource } = await import('@microsoft/fetch-event-source');

const { URL: url, TOKEN: token, NAIVE: naive } = process.env;

// It takes an id over as soon as it has read the line, not with the event: after a cut in between it would ask for what
// comes after an event that it never told. So the position is kept here.
let last;
const exact = (input, { headers: { 'last-event-id': _, ...headers }, ...init }) =>
  fetch(input, { ...init, headers: { ...headers, ...(last === undefined ? {} : { 'last-event-id': last }) } });

await fetchEventSource(url, {
  headers: { Authorization: `Bearer ${token}` },
  openWhenHidden: true,
  fetch: naive ? fetch : exact,
  onmessage: ({ event, id, data }) => {
    if (!event && data) {
      console.log(JSON.parse(data).seq, id);
      last = id;
    }
  },
  // The end of a stream is not the end of what is followed.
  onclose: () => {
    throw new Error('closed');
  },
  onerror: (error) => console.error(`${error}`),
});
