/** WeCom's own figures, handed in by whoever knows WeCom. Of a card's texts they are what its client shows. */
export interface MessageLimits {
  readonly textBytes: number;
  readonly titleBytes: number;
  readonly descriptionBytes: number;
  readonly urlBytes: number;
  readonly buttonTextChars: number;
  readonly card: {
    readonly sourceChars: number;
    readonly titleChars: number;
    readonly titleDescChars: number;
    readonly subTitleChars: number;
    readonly buttons: number;
    readonly buttonTextChars: number;
    readonly keyBytes: number;
    readonly rows: number;
    readonly rowNameChars: number;
    readonly rowValueChars: number;
    readonly taskIdBytes: number;
  };
}
