/** The properties file of a node, checked on the step that restarts it, beside the practice quorum. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Workflow } from '../server/contract/workflows.ts'
import { json } from './clicking.ts'
import { expect, test } from './product.ts'

test('a file that is pasted: what is wrong with it, what is to change, and no secret on the page', async ({
  page,
  product,
}) => {
  await product.reset()
  const { replicas } = await product.view()
  const nodeId = replicas.find((one) => one.status === 'follower')?.nodeId ?? -1
  const url = `${product.url}/api/clusters/${product.cluster}/workflows`
  const { id } = await json<Workflow>(url, { kind: 'rolling-restart', params: { nodeIds: [nodeId] } })
  await page.goto(`/workflows/${id}`)
  const configs = page.getByRole('region', { name: 'Configuration' })
  await expect(configs).toContainText('nothing to edit')
  await expect(configs.getByRole('list', { name: `Properties of node ${nodeId}` })).toContainText(
    'listeners=CONTROLLER',
  )
  await configs.getByText('Check its properties file').click()
  await expect(configs.getByRole('button', { name: 'Check it' })).toBeDisabled()
  await configs
    .getByLabel('Or its text, pasted')
    .fill('process.roles=controller\nnode.id=99\nlisteners=CONTROLLER://localhost:1\nssl.key.password=hunter2')
  await configs.getByRole('button', { name: 'Check it' }).click()
  await expect(configs.locator('[data-code="wrong-node-id"]')).toContainText('This is the file of node 99')
  await expect(configs.locator('[data-code="controller-names-missing"]')).toBeVisible()
  const left = configs.getByRole('list', { name: `What is still to change in the file of node ${nodeId}` })
  await expect(left).toContainText(`node.id=${nodeId}`)
  await expect(configs.getByRole('region', { name: /^What is in the file/ })).not.toContainText('hunter2')
  const found = await new AxeBuilder({ page }).include('[aria-label="Configuration"]').analyze()
  expect(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`)).toEqual([])
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  const run = await json<Workflow>(`${product.url}/api/workflows/${id}`)
  const command = run.allowedCommands.find((one) => one.type === 'abort')
  await json(`${product.url}/api/workflows/${id}/commands`, {
    commandId: 'end',
    expectedRevision: run.revision,
    command: { ...command, reason: 'tried' },
  })
})
