/** DescribeConfigs (32) of the resource type BROKER. */
import { type ApiCodec, expectApi } from './call.ts'

/** DescribeConfigsResponse.ConfigSource */
const Source = { staticBrokerConfig: 4, defaultConfig: 5 } as const
/** DescribeConfigsResponse.ConfigType.STRING; the type of the value is of no use to anybody here. */
const STRING_TYPE = 2

export const describeConfigs: ApiCodec = {
  apiKey: 32,
  flexibleFrom: 4,
  read(reader, { version }) {
    const flexible = version >= 4
    const resources = reader.array(flexible, () => ({
      type: reader.int8(),
      name: reader.string(flexible),
      keys: reader.nullableArray(flexible, () => reader.string(flexible), false),
    }))
    const synonyms = version >= 1 && reader.boolean()
    if (version >= 3) reader.boolean()
    if (flexible) reader.taggedFields()
    return {
      request: { api: 'describeConfigs', resources },
      write(writer, response) {
        const { results } = expectApi(response, 'describeConfigs')
        writer.int32(0)
        writer.arrayLength(results.length, flexible)
        for (const [index, result] of results.entries()) {
          const keys = resources[index]?.keys ?? null
          writer.int16(result.error).string(result.message, flexible).int8(result.type).string(result.name, flexible)
          const wanted = result.configs.filter(({ name }) => keys === null || keys.includes(name))
          writer.array(wanted, flexible, ({ name, value, isDefault }) => {
            const source = isDefault ? Source.defaultConfig : Source.staticBrokerConfig
            writer.string(name, flexible).string(value, flexible).boolean(true).int8(source).boolean(false)
            writer.array(synonyms ? [name] : [], flexible, (synonym) => {
              writer.string(synonym, flexible).string(value, flexible).int8(source)
            })
            if (version >= 3) writer.int8(STRING_TYPE).string(null, flexible)
          })
          if (flexible) writer.noTags()
        }
        if (flexible) writer.noTags()
      },
    }
  },
}
