import { expect, test } from 'vitest'
import { type Token, TokenFailure, Tokens } from './tokens.ts'

/** A provider that gives token after token, each for 100 s, at a clock of its own. */
function atProvider() {
  let asked = 0
  const state = { nowMs: 0, livesMs: 100_000 as number | null, isDown: false, held: null as Promise<void> | null }
  const tokens = new Tokens(
    async (): Promise<Token> => {
      asked += 1
      const value = `token ${asked}`
      await state.held
      if (state.isDown) throw new TokenFailure('the provider is down')
      return { value, livesMs: state.livesMs }
    },
    () => state.nowMs,
  )
  return { state, tokens, asked: () => asked }
}

test('one request serves all who sign in, at once and later', async () => {
  const { state, tokens, asked } = atProvider()
  expect(await Promise.all([tokens.current(), tokens.current(), tokens.current()])).toEqual(Array(3).fill('token 1'))
  state.nowMs = 79_000
  expect(await tokens.current()).toBe('token 1')
  expect(asked()).toBe(1)
})

test('a token is renewed before its end, and nobody waits for the new one', async () => {
  const { state, tokens, asked } = atProvider()
  await tokens.current()
  const { promise, resolve } = Promise.withResolvers<void>()
  state.held = promise
  state.nowMs = 80_000
  expect(await tokens.current()).toBe('token 1')
  expect(await tokens.current()).toBe('token 1')
  expect(asked()).toBe(2)
  resolve()
  await new Promise(setImmediate)
  expect(await tokens.current()).toBe('token 2')
  // It lives from its own request on.
  state.nowMs = 159_000
  expect(await tokens.current()).toBe('token 2')
  expect(asked()).toBe(2)
})

test('while the provider is down a token serves until its end, and each sign-in asks again', async () => {
  const { state, tokens, asked } = atProvider()
  await tokens.current()
  state.isDown = true
  for (const nowMs of [80_000, 85_000, 89_999]) {
    state.nowMs = nowMs
    expect(await tokens.current()).toBe('token 1')
    await new Promise(setImmediate)
  }
  expect(asked()).toBe(4)
  state.nowMs = 90_000
  await expect(tokens.current()).rejects.toThrow('the provider is down')
  state.isDown = false
  expect(await tokens.current()).toBe('token 6')
})

test('a token whose end is not known serves one time', async () => {
  const { state, tokens } = atProvider()
  state.livesMs = null
  expect([await tokens.current(), await tokens.current()]).toEqual(['token 1', 'token 2'])
})

test('a token that ends too soon to be kept is not kept', async () => {
  const { state, tokens } = atProvider()
  state.livesMs = 5000
  expect([await tokens.current(), await tokens.current()]).toEqual(['token 1', 'token 2'])
})
