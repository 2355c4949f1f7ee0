/** Starting a thing that is open changes nothing; one that is over begins again. */
export const oneAtATime = {
  workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  workflowIdConflictPolicy: 'USE_EXISTING',
} as const;
