import { makePeople } from './people.js';

export default async function globalSetup() {
  await makePeople();
}
