'use client'
/** What a node's disk holds: files picked or pasted, decoded, compared with this quorum, explained. */
import { Alert, Button, Flex, Form, FormGroup, TextArea, Title } from '@patternfly/react-core'
import { useEffect, useState } from 'react'
import { MAX_INSPECTED_BYTES, MAX_INSPECTED_FILES } from '../../server/contract/inspection.ts'
import { FilePick } from '../kit/FilePick.tsx'
import { CommandText } from '../kit/gates/CommandText.tsx'
import { Refused } from '../kit/gates/Refused.tsx'
import { Section } from '../kit/Section.tsx'
import { type PickedFile, useInspect } from '../live/queries/useInspect.ts'
import { useMayAct } from '../live/queries/useRights.ts'
import { WizardFrame } from '../workflows/shared/WizardFrame.tsx'
import { InspectionView } from './InspectionView.tsx'

/** What is read of a folder; the data of topics stays where it is. */
const OF_A_DISK =
  /(^|\/)(meta\.properties|bootstrap\.checkpoint)$|(^|\/)__cluster_metadata-0\/(quorum-state|partition\.metadata|[^/]+\.(log|checkpoint))$|^[^/]+$/

const FIND = `cd /var/lib/kafka/data        # log.dirs, or metadata.log.dir where it is set
cat meta.properties __cluster_metadata-0/quorum-state
ls __cluster_metadata-0/*.checkpoint __cluster_metadata-0/*.log bootstrap.checkpoint`

export function InspectScreen({ cluster }: { cluster: string }) {
  const [picked, setPicked] = useState<readonly PickedFile[]>([])
  const [pasted, setPasted] = useState('')
  const [ready, setReady] = useState(false)
  useEffect(() => setReady(true), [])
  const mayAct = useMayAct(cluster)
  const { inspect, pending, inspection, refused } = useInspect(cluster)
  const files = [...picked, ...(pasted.trim() === '' ? [] : pastedFiles(pasted))]
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0)
  const lacking =
    files.length === 0
      ? 'Pick files, or paste a text.'
      : files.length > MAX_INSPECTED_FILES
        ? `At most ${MAX_INSPECTED_FILES} files at once.`
        : bytes > MAX_INSPECTED_BYTES
          ? `At most ${MAX_INSPECTED_BYTES / 1024 / 1024} MiB in all.`
          : null
  return (
    <WizardFrame cluster={cluster} title="Inspect a disk">
      <Section label="Files of the disk">
        <Title headingLevel="h1" size="xl">
          What does a disk hold?
        </Title>
        <p className="qd-dim">
          Whose disk is it, does its vote count, does it belong to this cluster at all? Give <b>meta.properties</b>,{' '}
          <b>quorum-state</b>, checkpoints and log segments of one node; or whole folders of several nodes, to see whose
          copy of the metadata log reaches furthest. Or what <b>quorumdeck disk inspect --json</b> printed on each host:
          the same for a whole disk, however long its log. They are read on the Quorumdeck server and kept nowhere.
        </p>
        <CommandText text={FIND} what="the commands that find the files" />
        {mayAct === false ? (
          <Alert component="h2" isInline variant="info" title="This session may watch, not act.">
            Whoever has the right operate on this cluster can send files.
          </Alert>
        ) : (
          <Form
            onSubmit={(event) => {
              event.preventDefault()
              if (lacking === null) inspect(files)
            }}
          >
            <FormGroup label="Files" fieldId="disk-files">
              <FilePick
                id="disk-files"
                multiple
                disabled={!ready}
                onChange={(event) => void read(event.currentTarget.files).then(setPicked)}
              />
            </FormGroup>
            <FormGroup label="Or folders, one for each node: every pick adds one" fieldId="disk-folder">
              <FilePick
                id="disk-folder"
                multiple
                // React does not know the attribute; every browser does.
                {...{ webkitdirectory: '' }}
                disabled={!ready}
                onChange={(event) =>
                  void read(event.currentTarget.files).then((more) =>
                    setPicked((before) => [...before, ...more.filter(({ name }) => OF_A_DISK.test(name))]),
                  )
                }
              />
              {picked.length > 0 && (
                <p className="qd-small qd-dim">
                  {picked.length} files picked.{' '}
                  <Button variant="link" isInline onClick={() => setPicked([])}>
                    Begin anew
                  </Button>
                </p>
              )}
            </FormGroup>
            <FormGroup label="Or their text, pasted" fieldId="disk-text">
              <TextArea
                id="disk-text"
                value={pasted}
                rows={5}
                maxLength={65_536}
                spellCheck={false}
                placeholder={'cluster.id=…\ndirectory.id=…\nnode.id=2\nversion=1'}
                onChange={(_event, text) => setPasted(text)}
              />
            </FormGroup>
            {refused !== null && <Refused error={refused} />}
            <Flex>
              <Button type="submit" variant="primary" isDisabled={!ready || pending || lacking !== null}>
                {pending ? 'Reading…' : 'Read them'}
              </Button>
              <span className="qd-small qd-dim">{lacking ?? `${files.length} to read`}</span>
            </Flex>
          </Form>
        )}
      </Section>
      {inspection !== null && <InspectionView inspection={inspection} />}
    </WizardFrame>
  )
}

async function read(list: FileList | null): Promise<PickedFile[]> {
  return await Promise.all(
    [...(list ?? [])].map(async (file) => ({
      // A folder keeps the disks of several nodes apart.
      name: file.webkitRelativePath || file.name,
      bytes: new Uint8Array(await file.arrayBuffer()),
    })),
  )
}

/** One paste may hold both texts, as `cat` prints them: the JSON of quorum-state begins with a brace. */
function pastedFiles(text: string): PickedFile[] {
  const state = /\{[\s\S]*\}/.exec(text)
  const rest = state === null ? text : text.slice(0, state.index) + text.slice(state.index + state[0].length)
  const encoder = new TextEncoder()
  return [
    ...(rest.trim() === '' ? [] : [{ name: 'pasted text', bytes: encoder.encode(rest) }]),
    ...(state === null ? [] : [{ name: 'pasted quorum-state', bytes: encoder.encode(state[0]) }]),
  ]
}
