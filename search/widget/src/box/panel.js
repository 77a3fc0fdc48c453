/* What makes a control the same in the next response: its key; an option's address without the passage; a label. */
function keyOf({ dataset, role, href, textContent }) {
  return dataset.key || (role && href ? href.replace(/#?:~:.*/, "") : textContent);
}

/* The panel with hits and its active option (aria-activedescendant). Below a field it is a popover, so that no overflow,
   transform or z-index of a theme clips it; in an open dialog it is a part of that. */
class Panel {
  constructor(host, label) {
    const { form, input } = host;
    Object.assign(this, { host, form, input, opened: false, active: null, due: false }); // due: a search is about to start
    this.list = make("div", { id: "list", role: "listbox", "aria-label": label });
    this.node = make("div", { class: "panel", hidden: "", tabindex: -1 });
    this.node.addEventListener("pointermove", (event) => this._hover(event));
  }

  get options() {
    return [...this.node.querySelectorAll("[role=option]")];
  }

  /* Move the active option; the field itself is one stop of the cycle. */
  move(step) {
    const options = [null, ...this.options];
    this.activate(options[(options.indexOf(this.active) + step + options.length) % options.length]);
  }

  /* `scrolls`: bring the option into sight. */
  activate(option, scrolls = true) {
    if (this.active) change(this.active, { "aria-selected": "false" });
    this.active = option;
    this.chosen = null;
    change(this.input, { "aria-activedescendant": option && option.id });
    if (!option) return;
    change(option, { "aria-selected": "true" });
    if (scrolls) option.scrollIntoView({ block: "nearest" });
  }

  /* What the mouse is moved over becomes active; what scrolls below a resting mouse does not. */
  _hover({ target, pointerType, movementX, movementY }) {
    const option = target.closest("[role=option]");
    if (option && option !== this.active && pointerType === "mouse" && (movementX || movementY)) this.activate(option, false);
  }

  /* Busy from the first key or press until what is shown is the response to it: screen readers wait that long. */
  busy(on) {
    change(this.node, { "aria-busy": on ? "true" : null });
  }

  /* The element inside that has the focus. */
  get focused() {
    const at = this.node.getRootNode().activeElement;
    return this.node.contains(at) ? at : null;
  }

  /* Replace the content. A response may arrive when the reader is in the panel already: focus, active option and scroll
     position stay. From a control that is gone the focus moves to the chip of its filter, or returns to the field. */
  fill(...parts) {
    const { active, chosen, focused } = this;
    const place = focused || (active && !chosen) ? this.node.scrollTop : 0;
    this.activate(null);
    this.busy(this.due);
    this.node.classList.remove("late");
    this.node.replaceChildren(...parts);
    this.number();
    this.open();
    this.node.scrollTop = place;
    const controls = [...this.node.querySelectorAll("a, button")];
    const find = (key) => controls.find((control) => keyOf(control) === key);
    if (active && !chosen) this.activate(find(keyOf(active)) || null);
    if (focused && focused !== this.node) (find(keyOf(focused)) || find(`chosen ${keyOf(focused)}`) || this.input).focus();
  }

  /* Make an option active that the reader did not choose: the next response may choose another. */
  choose(option) {
    if (!option || this.active || this.focused) return;
    this.activate(option, false);
    this.chosen = option;
  }

  number() {
    this.options.forEach((option, index) => { option.id = `option${index}`; });
  }

  open() {
    const { host, node } = this;
    change(this.input, { "aria-expanded": node.contains(this.list) });
    if (!this.opened) {
      if (Frame.isSmall) host.frame.open();
      this.opened = true;
      node.hidden = false;
      node.popover = host.frame.isOpen ? null : "manual";
      if (node.popover && node.showPopover) node.showPopover();
      this._life = new AbortController();
      this._watch(this._life.signal);
    }
    this._place();
  }

  close() {
    if (!this.opened) return;
    this.opened = false;
    this.activate(null);
    change(this.input, { "aria-expanded": "false" });
    this.node.hidden = true;
    this.node.popover = null; // hides it
    this._life.abort();
  }

  /* Listen to the page while the panel is open. */
  _watch(signal) {
    const { host } = this;
    const options = { capture: true, signal };
    const place = () => this._place();
    signal.addEventListener("abort", follow(host, this.node));
    window.addEventListener("scroll", place, options);
    window.addEventListener("resize", place, options);
    visualViewport.addEventListener("resize", place, options); // a phone's keyboard
  }

  /* Place the panel below the form, or above where there is more room; wider than a sidebar's field, never than the
     screen, and never beyond it. In a dialog the style sheet places it. */
  _place() {
    const { style } = this.node;
    if (this.host.frame.isOpen) {
      style.cssText = "";
      return;
    }
    const field = this.form.getBoundingClientRect();
    const screen = document.documentElement.clientWidth;
    const height = visualViewport.height;
    const em = parseFloat(getComputedStyle(this.node).fontSize);
    const width = Math.min(Math.max(field.width, 38 * em), screen - 16);
    const above = Math.min(field.top, height) - 16; // the field may be scrolled out of the screen
    const below = height - Math.max(field.bottom, 0) - 16;
    const up = below < 240 && above > below;
    const rtl = getComputedStyle(this.form).direction === "rtl";
    const wanted = rtl ? field.right - width : field.left;
    const left = wanted >= 8 && wanted + width < screen - 8 ? wanted : field.right - width;
    Object.assign(style, {
      width: `${width}px`,
      left: `${Math.max(8, Math.min(left, screen - width - 8))}px`,
      top: up ? "auto" : `${Math.max(8, field.bottom + 6)}px`,
      bottom: up ? `${Math.max(8, innerHeight - field.top + 6)}px` : "auto",
      maxHeight: `${Math.max(0, Math.min(up ? above : below, 42 * em))}px`,
    });
  }
}
