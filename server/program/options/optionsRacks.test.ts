import { expect, test } from 'vitest'
import { aController, aRequest } from '../../bootstrap/exampleRequest.ts'
import { parseRacks, RacksInFile, racksOf, racksOfPlan } from './optionsRacks.ts'

test('node=rack, separated by commas', () => {
  expect([...parseRacks('1=a, 2=rack b,3=eu-west-1c')]).toEqual([
    [1, 'a'],
    [2, 'rack b'],
    [3, 'eu-west-1c'],
  ])
})

test.each([
  '',
  '1',
  '1=',
  '1= ',
  'x=a',
  '-1=a',
  '1.5=a',
  '1=a=b',
  '2147483648=a',
  '1=a,',
  '1=a\tb',
  `1=${'a'.repeat(101)}`,
])('%j is refused, with an example', (text) =>
  expect(() => parseRacks(text)).toThrow('Give node=rack, for example 1=a,2=b,3=c.'),
)

test('one node, one rack', () => {
  expect(() => parseRacks('1=a,1=b')).toThrow('node 1 is named twice')
})

test('in a file', () => {
  expect([...racksOf({ '1': 'a', '2': ' b ' })]).toEqual([
    [1, 'a'],
    [2, 'b'],
  ])
  expect(racksOf(undefined).size).toBe(0)
  expect(RacksInFile.safeParse({ one: 'a' }).success).toBe(false)
  expect(RacksInFile.safeParse({ 1: '' }).success).toBe(false)
})

test('of a cluster that was planned here', () => {
  const nodes = [aController(1, { rack: ' a ' }), aController(2), aController(3, { rack: 'c' })]
  expect([...racksOfPlan({ request: aRequest({ nodes }) })]).toEqual([
    [1, 'a'],
    [3, 'c'],
  ])
})
