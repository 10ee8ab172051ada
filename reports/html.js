(() => {
  const form = document.getElementById('filter');
  const words = document.getElementById('words');
  const shown = document.getElementById('shown');
  const findings = [...document.querySelectorAll('[data-state]')];
  const searchable = new WeakMap();
  const textOf = (finding) => {
    const known = searchable.get(finding) ?? finding.textContent.toLowerCase();
    searchable.set(finding, known);
    return known;
  };
  const filter = () => {
    const states = new Set([...form.querySelectorAll('input:checked')].map((box) => box.value));
    const wanted = words.value.trim().toLowerCase();
    let count = 0;
    for (const finding of findings) {
      const show = states.has(finding.dataset.state) && (wanted === '' || textOf(finding).includes(wanted));
      finding.hidden = !show;
      if (show) count += 1;
    }
    shown.textContent = `${count} of ${findings.length} entries shown`;
  };
  const showAll = () => {
    for (const finding of findings) finding.hidden = false;
  };
  form.hidden = false;
  form.addEventListener('input', filter);
  form.addEventListener('submit', (event) => event.preventDefault());
  addEventListener('beforeprint', showAll);
  addEventListener('afterprint', filter);
})();
