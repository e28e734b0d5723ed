import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {startNode, type TestNode} from '../../../server/test/start-node.js';
import {launchBrowser, type TestBrowser} from './browser.js';
import {enter, eventually, expectNoProblems} from './person.js';

let browser: TestBrowser;
let node: TestNode;

beforeAll(async () => {
  [browser, node] = await Promise.all([launchBrowser(), startNode()]);
});

afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await node.close();
});

describe('two tabs', () => {
  test('talk to each other, in the same order on both sides', async () => {
    await using ada = await enter(browser, node.url, 'Ada');
    await using bo = await enter(browser, node.url, 'Bo');
    await ada.say('hello Bo');
    await bo.sees('hello Bo');
    await bo.say('hello Ada');
    await bo.say('how are you?');
    await ada.sees('how are you?');
    await bo.sees('how are you?');
    expect(await ada.texts()).toEqual(['hello Bo', 'hello Ada', 'how are you?']);
    expect(await bo.texts()).toEqual(await ada.texts());
    expectNoProblems(ada, bo);
  });

  test('see who is here, who types, and who went', async () => {
    await using ada = await enter(browser, `${node.url}?room=presence`, 'Ada');
    await using bo = await enter(browser, `${node.url}?room=presence`, 'Bea');
    const bea = ada.page.getByTestId('member-bea');
    await bea.and(ada.page.locator('[data-presence=online]')).waitFor();

    await bo.page.getByTestId('composer').pressSequentially('I am thin');
    await ada.page.getByTestId('typing').filter({hasText: 'Bea is typing'}).waitFor();
    await bo.page.getByTestId('composer').press('Enter');
    await ada.sees('I am thin');
    await eventually(() => ada.page.getByTestId('typing').innerText()).toBe('');

    await bo.page.getByTestId('sign-out').click();
    await bea.and(ada.page.locator('[data-presence=offline]')).waitFor();
    expectNoProblems(ada, bo);
  });

  test('of one person are two devices of theirs', async () => {
    await using phone = await enter(browser, `${node.url}?room=devices`, 'Cy');
    await using laptop = await enter(browser, `${node.url}?room=devices`, 'Cy');
    await phone.say('from my phone');
    await laptop.sees('from my phone');
    expect(await laptop.page.locator('.message--own').count()).toBe(1);
    expect(await laptop.page.getByTestId('members').getByRole('listitem').count()).toBe(1);
    expectNoProblems(phone, laptop);
  });
});

describe('rooms', () => {
  test('a new room is found by others; what is said elsewhere is counted until it is read', async () => {
    await using ada = await enter(browser, node.url, 'Ada');
    await using bo = await enter(browser, node.url, 'Bo');
    await ada.page.getByTestId('new-room').click();
    await ada.page.getByTestId('room-title').fill('Café plans');
    await ada.page.keyboard.press('Enter');
    await ada.page.getByRole('heading', {level: 1, name: 'Café plans'}).waitFor();

    await bo.page.reload();
    await bo.page.getByTestId('other-cafe-plans').click();
    await bo.page.getByRole('heading', {level: 1, name: 'Café plans'}).waitFor();
    await bo.page.getByTestId('room-lobby').click();
    await ada.say('first');
    await ada.say('second');
    const unread = bo.page.getByTestId('unread-cafe-plans');
    await eventually(() => unread.innerText()).toMatch(/^2/);
    expect(await bo.page.title()).toBe('(2) Parley');

    await bo.page.getByTestId('room-cafe-plans').click();
    await bo.sees('second');
    await unread.waitFor({state: 'detached'});
    expectNoProblems(ada, bo);
  });

  test('a name that is taken is refused with the catalogue’s sentence', async () => {
    await using ada = await enter(browser, node.url, 'Ada');
    await ada.page.getByTestId('new-room').click();
    await ada.page.getByTestId('room-title').fill('Lobby');
    await ada.page.keyboard.press('Enter');
    await ada.page.getByRole('alert').filter({hasText: 'exists already'}).waitFor();
    await ada.page.keyboard.press('Escape');
    await ada.page.getByTestId('create-room').waitFor({state: 'detached'});
    expectNoProblems(ada);
  });

  test('history is loaded upward, and what is read stays where it is', async () => {
    await using ada = await enter(browser, `${node.url}?room=history`, 'Ada');
    for (let number = 1; number <= 120; number++) await ada.say(`message ${number}.`);
    await ada.sees('message 120.');
    await using bo = await enter(browser, `${node.url}?room=history`, 'Bo');
    await bo.sees('message 120.');
    const shown = await bo.texts();
    expect(shown.length).toBeLessThan(60);

    const log = bo.page.getByTestId('log');
    const topmost = bo.page.locator('.message__text').filter({hasText: shown[0]!});
    await log.evaluate((element) => {
      element.scrollTop = 0;
    });
    const before = await topmost.boundingBox();
    await eventually(async () => (await bo.texts()).length).toBeGreaterThan(60);
    const after = await topmost.boundingBox();
    expect(Math.abs(after!.y - before!.y)).toBeLessThan(40);

    await bo.page.getByTestId('beginning').or(bo.page.getByTestId('load-earlier')).waitFor();
    await eventually(async () => {
      await log.evaluate((element) => {
        element.scrollTop = 0;
      });
      return bo.page.getByTestId('beginning').count();
    }).toBe(1);
    expect(await bo.texts()).toEqual(Array.from({length: 120}, (_, index) => `message ${index + 1}.`));
    expectNoProblems(ada, bo);
  });
});

describe('pushes of a backend', () => {
  const push = (body: object): Promise<Response> =>
    fetch(`${node.opsUrl}/v1/push`, {
      method: 'POST',
      headers: {authorization: `Bearer ${node.apiKey}`, 'content-type': 'application/json'},
      body: JSON.stringify(body),
    });

  test('are cards among the messages if stored, and notes if not', async () => {
    await using ada = await enter(browser, `${node.url}?room=orders`, 'Ada');
    await ada.say('waiting for the parcel');
    await ada.sees('waiting for the parcel');
    const answer = await push({
      target: {room: 'orders'},
      topic: 'order.shipped',
      data: {order: 4711, by: 'ship'},
      store: true,
    });
    expect(answer.status).toBe(200);
    const card = ada.page.getByTestId('push-card');
    await card.filter({hasText: 'order.shipped'}).filter({hasText: '4711'}).waitFor();

    await push({target: {user: 'ada'}, topic: 'greeting', data: 'Good morning'});
    await ada.page.getByTestId('toast').filter({hasText: 'Good morning'}).waitFor();

    await ada.page.reload();
    await card.filter({hasText: '4711'}).waitFor();
    expect(await card.count()).toBe(1);
    expectNoProblems(ada);
  });
});
