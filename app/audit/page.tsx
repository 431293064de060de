import { RecordScreen } from '../../components/access/record/RecordScreen.tsx'

export default function AuditPage() {
  return <RecordScreen />
}
