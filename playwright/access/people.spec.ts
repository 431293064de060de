/** People in a real browser: the first user, one who may watch one thing, the company's sign-in, and what ends at once. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { startCompany } from '../../server/testing/access/companyProvider.ts'
import { expectReadable } from '../axe.ts'
import { freePort } from '../clicking.ts'
import { end, start } from '../product.ts'

const PASSWORD = 'correct horse battery'

test('the first user, another who only watches, the company, and the record of all of it', async ({ browser }) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'quorumdeck-people-'))
  const company = await startCompany()
  const port = await freePort()
  const url = `http://localhost:${port}`
  const secretFile = join(dataDir, 'client-secret')
  await writeFile(secretFile, 'secret-of-the-client')
  const config = join(dataDir, 'quorumdeck.yaml')
  await writeFile(
    config,
    `access:
  users: true
  oidc:
    issuer: ${company.issuer}
    clientId: quorumdeck
    clientSecretFile: client-secret
    name: Sign in with the company
    scopes: [profile]
    allowPrivate: true
    roles:
      - { value: kafka-ops, role: operate }
      - { value: kafka-admins, role: administer }
`,
  )
  const child = await start(port, dataDir, ['--config', config])
  try {
    company.register(url)
    const root = await (await browser.newContext({ baseURL: url })).newPage()
    await root.goto('/')
    await expect(root).toHaveURL(/\/sign-in/)
    await root.getByRole('link', { name: 'makes the first one' }).click()
    await root.getByLabel('Set-up secret').fill(await readFile(join(dataDir, 'setup-secret'), 'utf8'))
    await root.getByLabel('Name to sign in with').fill('root')
    await root.getByLabel('Name that others see').fill('Root')
    await root.getByLabel('Password').fill(PASSWORD)
    await root.getByRole('button', { name: 'Make the user' }).click()
    await expect(root.getByRole('heading', { level: 1, name: 'Root' })).toBeVisible()
    await expect(root.getByText('You set this Quorumdeck up.')).toBeVisible()

    await root.getByRole('link', { name: 'People' }).click()
    await root.getByRole('button', { name: 'Add a user…' }).click()
    await root.getByLabel('Name to sign in with').fill('ann')
    await root.getByLabel('Name that others see').fill('Ann')
    await root.getByLabel('First password').fill(PASSWORD)
    await root.getByRole('button', { name: 'Make the user' }).click()
    await expect(root.getByRole('button', { name: 'Disable Ann' })).toBeVisible()

    // Ann may watch: nothing is offered that would be refused.
    const ann = await (await browser.newContext({ baseURL: url })).newPage()
    await ann.goto('/clusters/practice')
    await ann.getByLabel('Name').fill('ann')
    await ann.getByLabel('Password').fill('a wrong password')
    await ann.getByRole('button', { name: 'Sign in with the password' }).click()
    await expect(ann.getByText('The name or the password is not right')).toBeVisible()
    await ann.getByLabel('Password').fill(PASSWORD)
    await ann.getByRole('button', { name: 'Sign in with the password' }).click()
    await expect(ann).toHaveURL(/\/clusters\/practice$/)
    await expect(ann.getByText('Watching only')).toBeVisible()
    await expect(ann.getByRole('link', { name: 'Record' })).toHaveCount(0)
    await ann.goto('/administration')
    await expect(ann.getByText('This session may not administer')).toBeVisible()

    // Somebody of the company, whose group gives nothing, and then one that does.
    company.groups.set('bob', ['marketing'])
    const bob = await (await browser.newContext({ baseURL: url })).newPage()
    const throughCompany = async () => {
      await bob.goto('/sign-in?next=/account')
      await bob.getByRole('link', { name: 'Sign in with the company' }).click()
      if (await bob.locator('input[name=login]').isVisible()) {
        await bob.locator('input[name=login]').fill('bob')
        await bob.locator('input[name=password]').fill('x')
        await bob.locator('button[type=submit]').click()
        await bob.locator('button[type=submit]').click()
      }
    }
    await throughCompany()
    await expect(bob.getByText('may do nothing here')).toBeVisible()
    await expect(bob.getByText('it holds "marketing"').first()).toBeVisible()
    await expectReadable(bob)
    company.groups.set('bob', ['kafka-ops'])
    await throughCompany()
    await expect(bob.getByRole('heading', { level: 1, name: 'bob of the company' })).toBeVisible()
    await expect(bob.getByText('The claim groups holds "kafka-ops", which gives operate everywhere.')).toBeVisible()
    await expect(bob.getByText('"kafka-admins" in the claim groups would give administer everywhere')).toBeVisible()
    await expectReadable(bob)

    // Disabled: the open page of Ann is led to the door by itself.
    await root.getByRole('button', { name: 'Disable Ann' }).click()
    await expect(root.getByRole('button', { name: 'Enable Ann' })).toBeVisible()
    await ann.goto('/clusters/practice')
    await expect(ann).toHaveURL(/\/sign-in/)
    await expectReadable(root)
    await root.goto('/audit')
    await expect(root.getByText('The chain is whole')).toBeVisible()
    await expect(root.getByText('Made the user Ann.')).toBeVisible()
    await root.getByLabel('Kind').selectOption({ label: 'Not let in' })
    await root.getByRole('button', { name: 'Show', exact: true }).click()
    await expect(root.getByText('ann: The name or the password')).toBeVisible()
    await expectReadable(root)
  } finally {
    await end(child)
    await company.close()
    await rm(dataDir, { recursive: true })
  }
})
