import { startHive } from './hive.mjs';

startHive({ planner: 'rust', shares: false });
