export interface UserEpochs {
  /**
   * The user's epoch: 0 at first, then one more whenever its tokens are revoked. Sees every revocation that has
   * returned. A token names the epoch that it was made in; with an earlier one it is good no more.
   */
  epochOf(userId: string): Promise<number>;
}
