import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseProperties } from '../records/javaProperties.ts'
import { PropertiesError, readClientProperties, securityOf } from './clientProperties.ts'
import { parseJaas } from './jaas.ts'
import { unsecuredToken } from './oauthLogin.ts'

const PLAIN = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="alice" password="a \\"b\\"";'

function kerberos(options: string, service: string | null = 'kafka'): Record<string, string> {
  return {
    'security.protocol': 'SASL_SSL',
    'sasl.mechanism': 'GSSAPI',
    ...(service === null ? {} : { 'sasl.kerberos.service.name': service }),
    'sasl.jaas.config': `com.sun.security.auth.module.Krb5LoginModule required ${options};`,
  }
}

function oauth(endpoint: string, options: string): Record<string, string> {
  return {
    'security.protocol': 'SASL_SSL',
    'sasl.mechanism': 'OAUTHBEARER',
    'sasl.oauthbearer.token.endpoint.url': endpoint,
    'sasl.jaas.config': `org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required ${options};`,
  }
}

describe('Java properties', () => {
  test('separators, comments, continued lines and escapes', () => {
    const text = '# comment\n! too\na=1\nb : 2\nc 3\n d\\ e = f\\\n    g\nh=\\u00e4\\t|\n\nempty=\npath=C\\:\\\\x'
    expect(Object.fromEntries(parseProperties(text))).toEqual({
      a: '1',
      b: '2',
      c: '3',
      'd e': 'fg',
      h: 'ä\t|',
      empty: '',
      path: 'C:\\x',
    })
  })

  test('a broken escape names its line', () => {
    expect(() => parseProperties('a=1\nb=\\u12')).toThrow('line 2')
  })
})

describe('sasl.jaas.config', () => {
  test('class and options', () => {
    const { className, options } = parseJaas(PLAIN)
    expect(className).toMatch(/PlainLoginModule$/)
    expect(Object.fromEntries(options)).toEqual({ username: 'alice', password: 'a "b"' })
  })

  test.each(['', 'alice secret', 'a.B required username="alice"', 'a.B required username="alice;'])(
    'refuses %j without repeating it',
    (text) => {
      expect(() => parseJaas(text)).toThrow(SyntaxError)
      try {
        parseJaas(text)
      } catch (error) {
        expect(String(error)).not.toContain('alice')
      }
    },
  )
})

describe('client properties', () => {
  const security = (entries: Record<string, string>) => securityOf(new Map(Object.entries(entries)))

  test('nothing said is plain text', async () => {
    expect(await security({})).toEqual({})
  })

  test.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])('SASL %s', async (mechanism) => {
    const entries = { 'security.protocol': 'SASL_PLAINTEXT', 'sasl.mechanism': mechanism, 'sasl.jaas.config': PLAIN }
    expect((await security(entries)).sasl).toEqual({ mechanism, username: 'alice', password: 'a "b"' })
  })

  test.each([kerberos('useTicketCache=true'), kerberos('serviceName=kafka useTicketCache=true', null)])(
    '%j: Kerberos with the tickets of the system',
    async (entries) => {
      const { sasl } = await security(entries)
      expect(sasl).toEqual({ mechanism: 'GSSAPI', authenticate: expect.any(Function) })
    },
  )

  test.each([
    oauth('https://provider/token', 'clientId="a" clientSecret="b" scope="c" extension_logicalCluster="d"'),
    oauth('file:///var/run/secrets/token', ''),
    {
      ...oauth('https://provider/token', ''),
      'sasl.oauthbearer.client.credentials.client.id': 'a',
      'sasl.oauthbearer.client.credentials.client.secret': 'b',
    },
  ])('%j is enough for OAUTHBEARER', async (entries) => {
    const { sasl } = await security(entries)
    expect(sasl).toEqual({ mechanism: 'OAUTHBEARER', authenticate: expect.any(Function) })
  })

  test('an unsecured OAUTHBEARER token has the claims that Kafka checks', () => {
    const [header, claims, signature] = unsecuredToken('alice', 1_000_000_000_000).value.split('.')
    expect(JSON.parse(Buffer.from(header ?? '', 'base64url').toString())).toEqual({ alg: 'none' })
    expect(JSON.parse(Buffer.from(claims ?? '', 'base64url').toString())).toEqual({
      sub: 'alice',
      iat: 1e9,
      exp: 1e9 + 3600,
    })
    expect(signature).toBe('')
  })

  test.each([
    [{ 'security.protocol': 'SASL' }, 'security.protocol must be one of'],
    [{ 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'DIGEST-MD5' }, 'sasl.mechanism DIGEST-MD5 is not supported'],
    [{ 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'GSSAPI' }, 'the keytab and the principal'],
    [kerberos('useKeyTab=true keyTab="/k" principal="a@R"', null), 'needs sasl.kerberos.service.name'],
    [kerberos('serviceName=other useTicketCache=true'), 'are not the same'],
    [kerberos('useKeyTab=true principal="a@R"'), 'needs both its file and a principal'],
    [kerberos('useKeyTab=true keyTab="/nowhere.keytab" principal="a@R"'), '/nowhere.keytab cannot be read (ENOENT)'],
    [kerberos('principal="a@R"'), 'it asks for no password'],
    [{ 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'PLAIN' }, 'sasl.jaas.config is missing'],
    [
      { 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'PLAIN', 'sasl.jaas.config': 'a.B required;' },
      'needs username',
    ],
    [
      { 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'OAUTHBEARER', 'sasl.jaas.config': 'a.B required;' },
      'token.endpoint',
    ],
    [oauth('ftp://provider/token', 'clientId="a" clientSecret="b"'), 'must be an address that begins with https://'],
    [oauth('https://provider/token', 'clientId="a"'), 'clientSecret="…" in sasl.jaas.config'],
    [
      oauth('https://provider/token', 'clientId="a" clientSecret="b" ssl.truststore.location="/nowhere.p12"'),
      'there is no such file',
    ],
    [{ 'security.protocol': 'SSL', 'ssl.truststore.certificates': 'nothing' }, 'holds no certificate'],
    [{ 'security.protocol': 'SSL', 'ssl.truststore.location': '/nowhere.p12' }, 'there is no such file'],
    [{ 'security.protocol': 'SSL', 'ssl.keystore.key': 'x' }, 'needs a private key'],
  ])('%j is refused in words', async (entries, words) => {
    await expect(security(entries as Record<string, string>)).rejects.toThrow(words)
  })

  test('a missing file is named', async () => {
    await expect(readClientProperties('/nowhere/client.properties')).rejects.toThrow(PropertiesError)
    await expect(readClientProperties('/nowhere/client.properties')).rejects.toThrow('there is no such file')
  })
})

describe("stores made by Java's keytool", () => {
  let folder = ''
  const keytool = (...args: string[]) => execFileSync('keytool', args, { cwd: folder, stdio: 'pipe' })

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorumdeck-stores-'))
    const key = ['-genkeypair', '-alias', 'node', '-keyalg', 'RSA', '-dname', 'CN=localhost', '-storepass', 'secret1']
    keytool(...key, '-keystore', 'key.p12', '-storetype', 'PKCS12')
    keytool(
      '-exportcert',
      '-rfc',
      '-alias',
      'node',
      '-keystore',
      'key.p12',
      '-storepass',
      'secret1',
      '-file',
      'cert.pem',
    )
    const trust = ['-importcert', '-noprompt', '-alias', 'ca', '-file', 'cert.pem', '-storepass', 'secret1']
    keytool(...trust, '-keystore', 'trust.p12', '-storetype', 'PKCS12')
    keytool(...trust, '-keystore', 'trust.jks', '-storetype', 'JKS')
    writeFileSync(join(folder, 'rubbish.p12'), 'no store')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const tls = (entries: Record<string, string>) =>
    securityOf(
      new Map([
        ['security.protocol', 'SSL'],
        ...Object.entries(entries).map(([k, v]): [string, string] => [k, k.endsWith('location') ? join(folder, v) : v]),
      ]),
    )

  test('PKCS12 trust and key stores', async () => {
    const { tls: options } = await tls({
      'ssl.truststore.location': 'trust.p12',
      'ssl.truststore.type': 'PKCS12',
      'ssl.truststore.password': 'secret1',
      'ssl.keystore.location': 'key.p12',
      'ssl.keystore.type': 'PKCS12',
      'ssl.keystore.password': 'secret1',
    })
    expect(options?.ca).toHaveLength(1)
    expect(String(options?.cert)).toContain('BEGIN CERTIFICATE')
    expect(String(options?.key)).toContain('PRIVATE KEY')
  })

  test('PEM trust store', async () => {
    const { tls: options } = await tls({ 'ssl.truststore.location': 'cert.pem', 'ssl.truststore.type': 'PEM' })
    expect(options?.ca).toHaveLength(1)
  })

  test.each([
    [{ 'ssl.truststore.location': 'trust.jks' }, 'keytool -importkeystore'],
    [{ 'ssl.truststore.location': 'trust.jks', 'ssl.truststore.type': 'PKCS12' }, 'keytool -importkeystore'],
    [
      { 'ssl.truststore.location': 'trust.p12', 'ssl.truststore.type': 'PKCS12', 'ssl.truststore.password': 'wrong1' },
      'the password is wrong',
    ],
    [{ 'ssl.truststore.location': 'rubbish.p12', 'ssl.truststore.type': 'PKCS12' }, 'it is no PKCS12 file'],
    [{ 'ssl.truststore.location': 'trust.p12', 'ssl.truststore.type': 'BCFKS' }, 'is not supported'],
  ])('%j is refused in words', async (entries, words) => {
    await expect(tls(entries as Record<string, string>)).rejects.toThrow(words)
  })
})
