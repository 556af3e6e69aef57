import { createMemoryEventStream } from '../../../stores/events/memory.ts';
import { describeEventsContract } from '../../contracts/events-contract.ts';

describeEventsContract('in memory', () => Promise.resolve(createMemoryEventStream()));
