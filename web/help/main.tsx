import { render } from 'preact';
import { Help } from './help.tsx';

const root = document.getElementById('app');
if (root) render(<Help />, root);
