import { startHive } from './hive.mjs';

startHive({ planner: 'js', shares: true });
