import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { Queue } from 'bullmq';
import type { Express } from 'express';
import { requireRole } from './auth/require-role.ts';
import type { ApiDeps } from './deps.ts';
import { answerOtherMethod } from './http/serve-endpoints.ts';

export const boardPath = '/board';

/** The queues to look at. Its buttons would go around plan and audit, so they are off and only reading gets through. */
export function serveBoard(app: Express, deps: ApiDeps): void {
  const board = boardOf(deps.queues);
  app.use(boardPath, async (request, response, next) => {
    if (!['GET', 'HEAD'].includes(request.method)) {
      answerOtherMethod(request, response, 'GET, HEAD, OPTIONS');
      return;
    }
    await requireRole(request, 'viewer', deps);
    next();
  });
  app.use(boardPath, board);
}

function boardOf(queues: readonly Queue[]): Express {
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath(boardPath);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Backup queues', hideRedisDetails: true } },
  });
  // Its errors are answered like all others.
  serverAdapter.setErrorHandler((error) => {
    throw error;
  });
  return serverAdapter.getRouter() as Express;
}
