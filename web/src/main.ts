import './styles.css';
import { makeShell } from './shell';
import { isAccepted, notice } from './views/notice';

const show = () => document.body.replaceChildren(makeShell());

if (isAccepted())
  show();
else
  document.body.replaceChildren(notice(show));
