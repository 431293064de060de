import { expect, test } from 'vitest'
import { parseProperties } from '../records/javaProperties.ts'
import { checkClientFile } from './clientFileCheck.ts'

const check = (text: string, problem: string | null = null) => checkClientFile(parseProperties(text), problem)

test('a file of a client counts whole', () => {
  const found = check(
    'security.protocol=SASL_SSL\nsasl.mechanism=PLAIN\nsasl.jaas.config=x required username="a" password="b";\n',
  )
  expect(found).toMatchObject({ ignored: [], missing: [], problems: [] })
  expect(found.used).toHaveLength(3)
})

test('keys of a listener are named with the line that counts, and no secret is shown', () => {
  const { ignored, missing } = check(
    [
      'listener.name.controller.scram-sha-512.sasl.jaas.config=org.x required username="deck" password="hunter2";',
      'listener.name.controller.ssl.truststore.location=/etc/kafka/trust.p12',
      'listener.name.controller.ssl.truststore.password=hunter2',
    ].join('\n'),
  )
  expect(ignored.map(({ instead }) => instead)).toEqual([
    'sasl.mechanism=SCRAM-SHA-512\nsasl.jaas.config=<as in the line above>',
    'ssl.truststore.location=/etc/kafka/trust.p12',
    'ssl.truststore.password=<as in the line above>',
  ])
  expect(JSON.stringify(ignored)).not.toContain('hunter2')
  expect(missing[0]).toBe('security.protocol=SASL_SSL')
})

test('a server.properties is said to be one', () => {
  const { problems, ignored } = check(
    'process.roles=controller\nnode.id=1\nsecurity.inter.broker.protocol=SASL_SSL\nsasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256\n',
  )
  expect(problems.map(({ code }) => code)).toEqual(['of-a-node'])
  expect(ignored.map(({ instead }) => instead)).toEqual([
    null,
    null,
    'security.protocol=SASL_SSL',
    'sasl.mechanism=PLAIN',
  ])
})

test('what keeps it from being used is a problem of its own', () => {
  expect(check('security.protocol=SASL_SSL\n', 'sasl.mechanism X is not supported').problems[0]?.detail).toMatch(/X/)
})

test('Kerberos needs a keytab and the name of the service, and both lines are shown', () => {
  const { missing, used } = check('security.protocol=SASL_SSL\nsasl.mechanism=GSSAPI\n')
  expect(missing).toEqual([
    expect.stringMatching(/^sasl\.jaas\.config=com\.sun\.security\.auth\.module\.Krb5LoginModule required .*keyTab=/),
    expect.stringMatching(/^sasl\.kerberos\.service\.name=kafka/),
  ])
  expect(used).toEqual(['security.protocol', 'sasl.mechanism'])
  const named = 'sasl.jaas.config=a.Krb5LoginModule required serviceName=kafka useTicketCache=true;\n'
  expect(check(`security.protocol=SASL_SSL\nsasl.mechanism=GSSAPI\n${named}`).missing).toEqual([])
})

test('OAuth needs an endpoint, unless its tokens are unsecured ones', () => {
  const file = (options: string) =>
    `security.protocol=SASL_SSL\nsasl.mechanism=OAUTHBEARER\nsasl.jaas.config=a.OAuthBearerLoginModule required ${options};\n`
  expect(check(file('clientId="a" clientSecret="b"')).missing).toEqual([
    expect.stringMatching(/^sasl\.oauthbearer\.token\.endpoint\.url=https:/),
  ])
  expect(check(file('unsecuredLoginStringClaim_sub="a"')).missing).toEqual([])
})
