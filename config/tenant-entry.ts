import { z } from 'zod';

/** A tenant whose KMS keys are backed up. */
const tenantEntry = z.strictObject({
  id: z.uuid(),
  name: z.string().min(1),
  /** Ids, ARNs or aliases of the tenant's keys. */
  keyIds: z.array(z.string().min(1)).default([]),
});
export const tenantEntries = z.array(tenantEntry).superRefine((tenants, context) => {
  const ids = tenants.map(({ id }) => id.toLowerCase());
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) context.addIssue({ code: 'custom', message: `tenant ${twice} stands twice` });
});
export type Tenant = Readonly<z.infer<typeof tenantEntry>>;
