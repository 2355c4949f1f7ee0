import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ConsoleApp } from './console-app';
import './style.css';

const root = document.getElementById('console');
if (!root) throw new Error('index.html has no element #console');
createRoot(root).render(
  <StrictMode>
    <ConsoleApp />
  </StrictMode>,
);
