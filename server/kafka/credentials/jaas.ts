/** `sasl.jaas.config`: one login module with its options, as Kafka's own clients read it. */

export interface LoginModule {
  /** For example `org.apache.kafka.common.security.plain.PlainLoginModule`. */
  className: string
  options: Map<string, string>
}

/** @throws SyntaxError that says what is wrong; it never repeats the text, which holds a password. */
export function parseJaas(text: string): LoginModule {
  const head = /^\s*([\w.$]+)\s+(required|requisite|sufficient|optional)\s*/i.exec(text)
  if (head === null) throw new SyntaxError('it must begin with a login module and a flag: "…LoginModule required …;"')
  const options = new Map<string, string>()
  let rest = text.slice(head[0].length)
  for (;;) {
    const option = /^\s*([\w.]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|'([^']*)'|([^\s;"']+))\s*/.exec(rest)
    if (option === null) break
    const value = option[2] !== undefined ? option[2].replace(/\\(.)/g, '$1') : (option[3] ?? option[4] ?? '')
    options.set(option[1] ?? '', value)
    rest = rest.slice(option[0].length)
  }
  if (!/^\s*;\s*$/.test(rest)) throw new SyntaxError('it must end with a semicolon after the last key="value" pair')
  return { className: head[1] ?? '', options }
}
