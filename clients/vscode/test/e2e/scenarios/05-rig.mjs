// What the runner itself promises.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { SHOTS } from '../places.mjs';
import { Stage } from '../stage.mjs';

export const scenarios = [
  {
    name: 'a window that does not open leaves a picture',
    run: async (stage) => {
      const hangingUp = net.createServer((connection) => connection.destroy());
      await new Promise((resolve) => hangingUp.listen(0, '127.0.0.1', resolve));
      const place = stage.folder('');
      const origin = `http://127.0.0.1:${hangingUp.address().port}`;
      const browser = { newPage: stage.page };
      const broken = new Stage({ place, origin, browser, outside: [], logs: () => [] });
      const picture = path.join(SHOTS, 'not-opened-0.png');
      fs.rmSync(picture, { force: true });
      await assert.rejects(broken.open(place));
      await broken.shots('not-opened');
      hangingUp.close();
      assert.ok(fs.existsSync(picture), broken.said.join('\n'));
      fs.rmSync(picture);
    },
  },
];
