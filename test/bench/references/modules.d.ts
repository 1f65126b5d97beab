/** What the benchmark's references use and what comes without types. */
declare module 'express';
