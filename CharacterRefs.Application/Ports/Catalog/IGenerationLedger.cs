namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>
/// The durable record of generations. Each call is on disk when it returns, unless it says otherwise. Every change raises
/// <see cref="Generation.Revision"/> by one and returns the generation as recorded.
/// </summary>
public interface IGenerationLedger
{
    /// <summary>Records a generation and its slots, with its idempotency key and under its budget, in one transaction.</summary>
    /// <param name="generation">All slots queued, with the node that runs it.</param>
    /// <param name="key">Whose repetition is the same generation; <c>null</c> = none.</param>
    /// <param name="dailyBudget">Most that the generations of the UTC day may cost together, in USD; <c>null</c> = no bound.</param>
    /// <param name="cancellationToken">Stops and records nothing.</param>
    Task<GenerationBeginning> BeginAsync(Generation generation, IdempotencyKey? key, decimal? dailyBudget, CancellationToken cancellationToken);

    /// <summary>The generation that was recorded with this key; <c>null</c> when there is none.</summary>
    /// <returns>The generation and the hash of its request.</returns>
    Task<(Generation Generation, string RequestHash)?> FindByKeyAsync(string owner, string key, CancellationToken cancellationToken);

    /// <summary>
    /// Records the next state of a slot, if the recorded state is still the one it came from, and no other node claimed the generation. What became of a paid
    /// request that was sent is a fact and no decision: while the slot waits for it, it is recorded whoever has the generation now. A prediction belongs to
    /// one slot: equal inputs make equal predictions, and of two slots that found the same one, one has to look again.
    /// </summary>
    /// <param name="generation">With the claim under which it is written.</param>
    /// <param name="from">The slot before.</param>
    /// <param name="to">The slot now.</param>
    /// <param name="cancellationToken">Stops and records nothing.</param>
    /// <returns>
    /// The generation; <c>null</c> when somebody else changed the slot first, or claimed the generation, or when another slot has the prediction.
    /// </returns>
    Task<Generation?> RecordAsync(Generation generation, GenerationSlot from, GenerationSlot to, CancellationToken cancellationToken);

    /// <summary>
    /// As <see cref="RecordAsync"/>, a few milliseconds later, together with others. It is on disk within a second: until then it survives the end of the
    /// process and no power loss.
    /// </summary>
    /// <param name="generation">With the claim under which it is written.</param>
    /// <param name="from">The slot before.</param>
    /// <param name="latest">Called when it is written, again when the write is repeated: the slot then.</param>
    /// <param name="cancellationToken">Stops and records nothing.</param>
    Task<Generation?> RecordLatestAsync(Generation generation, GenerationSlot from, Func<GenerationSlot> latest, CancellationToken cancellationToken);

    /// <summary>
    /// Records a finished slot and the row of its image in one transaction, together with other slots of the generation that finish within milliseconds. It is
    /// on disk within a second; when it ends the generation, at once. A row that exists already is left as it is.
    /// </summary>
    /// <returns>The generation; <c>null</c> when another node claimed it.</returns>
    Task<Generation?> CompleteAsync(Generation generation, GenerationSlot slot, CharacterReference reference, CancellationToken cancellationToken);

    /// <summary>
    /// Claims open generations that nobody has, or whose node is no longer alive, the oldest first: those with paid work whatever their number, others while
    /// there are places for them.
    /// </summary>
    /// <param name="places">Most that are claimed of those without paid work.</param>
    /// <param name="running">What this node runs already.</param>
    /// <param name="cancellationToken">Stops; what was claimed is returned by the next call.</param>
    /// <returns>
    /// This node's open generations, oldest first; of <paramref name="running"/> only those to be canceled. Where there is one node, all open ones are its.
    /// </returns>
    Task<IReadOnlyList<Generation>> ClaimOpenAsync(int places, IReadOnlyCollection<GenerationId> running, CancellationToken cancellationToken);

    /// <summary>Claims a generation for this node, unless it has it already.</summary>
    /// <returns>As recorded now; <c>null</c> when another node claimed it.</returns>
    Task<Generation?> TryClaimAsync(Generation generation, CancellationToken cancellationToken);

    /// <summary>Lets any node claim a generation of this one. Where there is one node it stays its.</summary>
    /// <returns>With what is recorded of its node now; <c>null</c> when another node claimed it.</returns>
    Task<Generation?> ReleaseAsync(Generation generation, CancellationToken cancellationToken);

    /// <summary>Those of some generations that another node claimed, or that are final.</summary>
    Task<IReadOnlySet<GenerationId>> ListGoneAsync(IReadOnlyCollection<GenerationId> ids, CancellationToken cancellationToken);

    /// <summary>Whether any generation is open, whoever runs it.</summary>
    Task<bool> HasOpenAsync(CancellationToken cancellationToken);

    /// <summary>Requests canceling and cancels the queued slots; no effect on a final generation.</summary>
    /// <returns>The generation; <c>null</c> when there is none.</returns>
    Task<Generation?> RequestCancelAsync(GenerationId id, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The generation; <c>null</c> when there is none.</summary>
    Task<Generation?> FindAsync(GenerationId id, CancellationToken cancellationToken);

    /// <summary>The generations with these ids; ids without one are left out.</summary>
    Task<IReadOnlyList<Generation>> FindManyAsync(IReadOnlyCollection<GenerationId> ids, CancellationToken cancellationToken);

    /// <summary>How far generations are, by one query that is made often.</summary>
    /// <param name="ids">Those to return in any case; ids without a generation are left out.</param>
    /// <param name="createdFrom">Also the open ones, and those created at this time or later; <c>null</c> = only <paramref name="ids"/>.</param>
    Task<IReadOnlyList<GenerationVersion>> ListVersionsAsync(
        IReadOnlyCollection<GenerationId> ids, DateTimeOffset? createdFrom, CancellationToken cancellationToken);

    /// <summary>The generation that reserved this image id; <c>null</c> when none did.</summary>
    Task<Generation?> FindByImageAsync(CharacterReferenceId imageId, CancellationToken cancellationToken);

    /// <summary>The image whose slot has this prediction; <c>null</c> when none has.</summary>
    Task<CharacterReferenceId?> FindImageByPredictionAsync(string predictionId, CancellationToken cancellationToken);

    /// <summary>One page, newest first.</summary>
    /// <param name="status">Only those with this status; <c>null</c> = all.</param>
    /// <param name="before">The last one of the page before; <c>null</c> = from the newest.</param>
    /// <param name="limit">Most generations of the page.</param>
    Task<IReadOnlyList<Generation>> ListAsync(GenerationStatus? status, GenerationId? before, int limit, CancellationToken cancellationToken);

    /// <summary>Every generation with an open slot, oldest first.</summary>
    Task<IReadOnlyList<Generation>> ListOpenAsync(CancellationToken cancellationToken);

    /// <summary>Images and estimated cost by UTC day and model, by day, then by model.</summary>
    /// <param name="from">First day.</param>
    /// <param name="to">Last day.</param>
    Task<IReadOnlyList<DailyUsage>> SumUsageAsync(DateOnly from, DateOnly to, CancellationToken cancellationToken);
}
