// What is above a board: which artifacts of which repository on which day.
import type { BoardAnswer, BoardQuestion, FromBoard } from '../panels/messages';
import { button, element, filled, set, texts } from './dom';

/** While somebody writes a filter, it is asked for no more often than this (milliseconds). */
const PAUSE = 120;

export class BoardTools {
  private readonly repository = element('select');
  private readonly filter = element('input', {
    type: 'search',
    placeholder: texts.artifactHint,
    spellcheck: 'false',
  });
  private readonly day = element('input', { type: 'date', min: '1970-01-01' });
  private readonly present = button(texts.present, () => this.asks({ asks: 'moment', asOf: null }));
  private readonly judge = element('input', { type: 'checkbox' });
  private readonly judgeLabel = element('label', {}, this.judge, texts.judge);
  private readonly repositoryLabel = element('label', {}, `${texts.repository} `, this.repository);
  private readonly count = element('span', { class: 'quiet', role: 'status' });
  /** What was chosen, until it is answered. */
  private wanted: boolean | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  readonly view = element(
    'div',
    { class: 'toolbar' },
    this.repositoryLabel,
    element('label', {}, `${texts.filter} `, this.filter),
    element('label', {}, `${texts.asOf} `, this.day),
    this.present,
    this.judgeLabel,
    this.count,
  );

  constructor(private readonly asks: (message: FromBoard) => void) {
    this.filter.addEventListener('input', () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => asks({ asks: 'filter', filter: this.filter.value }), PAUSE);
    });
    this.day.addEventListener('change', () => {
      // A date that is not finished yet is none.
      if (this.day.validity.valid) asks({ asks: 'moment', asOf: endOfDay(this.day.value) });
    });
    this.judge.addEventListener('change', () => {
      this.wanted = this.judge.checked;
      asks({ asks: 'judged', isJudged: this.wanted });
    });
    this.repository.addEventListener('change', () =>
      asks({ asks: 'repository', repo: this.repository.value }),
    );
  }

  show(question: BoardQuestion, answer: BoardAnswer): void {
    const { repositories, isJudgeable, shown, total } = answer;
    const options = JSON.stringify(repositories);
    if (this.repository.dataset['options'] !== options) {
      this.repository.dataset['options'] = options;
      this.repository.replaceChildren(
        ...repositories.map(({ repo, label }) => element('option', { value: repo }, label)),
      );
    }
    this.repository.value = question.repo;
    this.repositoryLabel.hidden = repositories.length === 0;
    // What is being written is newer than what was asked.
    if (document.activeElement !== this.filter) this.filter.value = question.filter;
    set(this.day, 'max', dayOf(new Date()));
    if (document.activeElement !== this.day)
      this.day.value = question.asOf === null ? '' : dayOf(new Date(question.asOf));
    this.present.hidden = question.asOf === null;
    // An answer that was on its way is about what was wanted before.
    if (question.isJudged === this.wanted) this.wanted = undefined;
    this.judge.checked = this.wanted ?? question.isJudged;
    this.judgeLabel.hidden = !isJudgeable;
    const words = filled(texts.shownArtifacts, shown, total);
    if (this.count.textContent !== words) this.count.textContent = words;
  }
}

/** A day as inputs have it, where the reader is. */
function dayOf(time: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

/** The last second of a day, where the reader is; null for no day. */
function endOfDay(day: string): string | null {
  return day === '' ? null : new Date(`${day}T23:59:59`).toISOString();
}
