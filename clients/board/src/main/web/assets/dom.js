// The page's own elements, found or failed.

/**
 * The one element of `type` that `selector` finds.
 *
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new (...args: any[]) => T} type
 * @returns {T}
 */
export function find(root, selector, type) {
  const element = root.querySelector(selector);
  if (!(element instanceof type)) {
    throw new Error(`the page has no ${selector}`);
  }
  return element;
}

/**
 * A new copy of the first element in a template.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function stamp(id) {
  const template = find(document, `#${id}`, HTMLTemplateElement);
  return /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
}

/**
 * The key of the card that an event or element is part of.
 *
 * @param {EventTarget | null} target
 * @returns {string | undefined}
 */
export function keyOf(target) {
  return target instanceof Element ? target.closest('li[data-key]')?.getAttribute('data-key') ?? undefined : undefined;
}

/** Whether the person asked for less motion. */
export function still() {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
export function put(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}
