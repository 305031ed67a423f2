// Event streams as the HTML standard has them, section "Interpreting an event stream".

/** One dispatched event. */
export interface Frame {
  /** `message` where the stream names none. */
  readonly name: string;
  readonly data: string;
  /** The last id that the stream set, in this block or before; empty: none. */
  readonly id: string;
}

/** Characters in one block: more than the largest event with all that is around it. A longer one is passed over. */
export const MAX_FRAME = 8 * 1024 * 1024;

/**
 * Turns bytes, chopped anyhow, into frames. Lines end with LF, CR or CRLF; a CR ends its line at once, so that no frame
 * waits for the byte after it. What is incomplete when the stream ends is dropped.
 */
export class FrameParser {
  /** What the stream asks to wait before the next one, in milliseconds; undefined: nothing. */
  retry: number | undefined;
  readonly #tell: (frame: Frame) => void;
  readonly #decoder = new TextDecoder(); // takes one BOM off, and joins characters that are split over chunks
  #afterCr = false;
  #line = '';
  #data = '';
  #name = '';
  #id = '';
  #passing = false;

  constructor(tell: (frame: Frame) => void) {
    this.#tell = tell;
  }

  push(bytes: Uint8Array): void {
    const text = this.#decoder.decode(bytes, { stream: true });
    const ends = /[\r\n]/g;
    let from = this.#afterCr && text[0] === '\n' ? 1 : 0;
    if (text) {
      this.#afterCr = false;
    }
    ends.lastIndex = from;
    for (let end = ends.exec(text); end; end = ends.exec(text)) {
      this.#keep(text.slice(from, end.index));
      from = end.index + 1;
      if (end[0] === '\r') {
        this.#afterCr = from === text.length;
        from += text[from] === '\n' ? 1 : 0;
        ends.lastIndex = from;
      }
      const line = this.#line;
      this.#line = '';
      this.#take(line);
    }
    this.#keep(text.slice(from));
  }

  #keep(part: string): void {
    if (this.#data.length + this.#line.length + part.length > MAX_FRAME) {
      this.#passing = true;
      this.#data = '';
    }
    // Of a block that is passed over, all that matters is where it ends: at an empty line.
    this.#line = this.#passing ? (this.#line || part).slice(0, 1) : this.#line + part;
  }

  #take(line: string): void {
    if (!line) {
      this.#dispatch();
      return;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (this.#passing) {
      return;
    }
    if (field === 'data') {
      this.#data += `${value}\n`;
    } else if (field === 'event') {
      this.#name = value;
    } else if (field === 'id' && !value.includes('\0')) {
      this.#id = value;
    } else if (field === 'retry' && /^\d+$/.test(value)) {
      this.retry = Number(value);
    }
  }

  #dispatch(): void {
    const data = this.#data;
    const name = this.#name || 'message';
    this.#data = this.#name = '';
    this.#passing = false;
    if (data) {
      this.#tell({ name, data: data.slice(0, -1), id: this.#id });
    }
  }
}
