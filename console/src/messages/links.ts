export const pushLink = (pushId: string): string => `/messages/log?push=${encodeURIComponent(pushId)}`;
export const eventLink = (eventId: string): string => `/messages/events?open=${encodeURIComponent(eventId)}`;
