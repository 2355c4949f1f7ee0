export const bridgeTaskQueue = 'wecom-bridge';
