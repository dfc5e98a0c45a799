namespace CharacterRefs.Infrastructure.Catalog.Rows;

/// <summary>The mapping between rows and domain.</summary>
internal static class CatalogRows
{
    /// <summary>The text of <see cref="RemoteCopyState.Pending"/> in the database.</summary>
    public const string Pending = "Pending";

    /// <summary>The text of <see cref="RemoteCopyState.Persisted"/> in the database, which keeps its former name.</summary>
    public const string Persisted = "Stored";

    private const decimal MicrosPerUsd = 1_000_000;

    public static ReferenceRow ToRow(CharacterReference reference) => Update(new ReferenceRow
    {
        Id = reference.Id.Value,
        Origin = reference.Origin.ToString(),
        Format = reference.Format.Extension,
        Width = reference.Width,
        Height = reference.Height,
        Orientation = reference.Orientation,
        SizeBytes = reference.SizeBytes,
        Sha256 = reference.Sha256.ToString(),
        CreatedAt = ToMicroseconds(reference.CreatedAt),
        OriginalFileName = reference.OriginalFileName,
        SearchKey = SearchKey.Of(reference.Provenance?.Description, [], note: null),
    }, reference.RemoteCopy);

    /// <summary>Writes the state of the copy in the object store.</summary>
    public static ReferenceRow Update(ReferenceRow row, RemoteCopy? copy)
    {
        row.StoredKey = copy?.Key.Value;
        row.StoredState = copy is null ? null : copy.State is RemoteCopyState.Persisted ? Persisted : Pending;
        row.StoreAttempts = copy?.Attempts ?? 0;
        row.StoreError = copy?.LastError;
        row.NextStoreAt = copy is null ? null : ToMicroseconds(copy.NextAttemptAt);
        row.StoredAt = copy?.PersistedAt is { } at ? ToMicroseconds(at) : null;
        return row;
    }

    /// <summary>Writes the annotation and the key, for which the generation must have been read. <see cref="ToTagRows"/> is the caller's part.</summary>
    public static void Update(ReferenceRow row, ReferenceAnnotation annotation)
    {
        row.Favorite = annotation.Favorite;
        row.Rating = annotation.Rating;
        row.Tags = [.. annotation.Tags];
        row.Note = annotation.Note;
        row.SearchKey = SearchKey.Of(row.Slot?.Generation?.Description, row.Tags, row.Note);
    }

    /// <summary>The tags of an image as rows of their own.</summary>
    public static IEnumerable<ReferenceTagRow> ToTagRows(ReferenceRow row) =>
        row.Tags.Select(tag => new ReferenceTagRow { Tag = tag, CreatedAt = row.CreatedAt, ReferenceKey = row.Sequence });

    public static ReferenceAnnotation ToAnnotation(ReferenceRow row) =>
        new() { Favorite = row.Favorite, Rating = row.Rating, Tags = row.Tags, Note = row.Note };

    public static ImageFormat ToFormat(string extension) =>
        ImageFormat.FromExtension(extension) ?? throw new InvalidDataException($"The catalog has an unknown format: {extension}.");

    public static CharacterReference ToReference(ReferenceRow row) => new()
    {
        Id = new CharacterReferenceId(row.Id),
        Origin = Enum.Parse<ReferenceOrigin>(row.Origin),
        Format = ToFormat(row.Format),
        Width = row.Width,
        Height = row.Height,
        Orientation = row.Orientation,
        SizeBytes = row.SizeBytes,
        Sha256 = ContentHash.Parse(row.Sha256),
        CreatedAt = FromMicroseconds(row.CreatedAt),
        OriginalFileName = row.OriginalFileName,
        RemoteCopy = ToCopy(row),
        DominantColor = row.DominantColor,
        Annotation = ToAnnotation(row),
        Provenance = row.Slot is { Generation: { } generation } slot ? ToGeneration(generation).ProvenanceOf(ToSlot(slot)) : null,
    };

    public static GenerationRow ToRow(Generation generation) => new()
    {
        Id = generation.Id.Value,
        Description = generation.Description,
        Prompt = generation.Prompt,
        Model = generation.Model,
        Flavor = generation.Flavor,
        ReferenceImageIds = JsonSerializer.Serialize(generation.ReferenceImageIds.Select(id => id.Value)),
        ParametersUsed = JsonSerializer.Serialize(generation.ParametersUsed),
        ParametersDropped = JsonSerializer.Serialize(generation.ParametersDropped),
        CreatedAt = ToMicroseconds(generation.CreatedAt),
        CancelRequestedAt = ToMicroseconds(generation.CancelRequestedAt),
        Revision = generation.Revision,
        NodeId = generation.NodeId,
        Claim = generation.Claim,
        Status = generation.Status.ToString(),
        PricePerImage = generation.PricePerImage is { } price ? (long)(price * MicrosPerUsd) : null,
        RetriedFrom = generation.RetriedFrom?.Value,
        TraceParent = generation.TraceParent,
        Slots = [.. generation.Slots.Select(slot => Update(
            new GenerationSlotRow { Index = slot.Index, ImageId = slot.ImageId.Value, Seed = slot.Seed, State = "" }, slot))],
    };

    public static Generation ToGeneration(GenerationRow row) => new()
    {
        Id = new GenerationId(row.Id),
        Description = row.Description,
        Prompt = row.Prompt,
        Model = row.Model,
        Flavor = row.Flavor,
        ReferenceImageIds = [.. (JsonSerializer.Deserialize<List<Guid>>(row.ReferenceImageIds) ?? []).Select(id => new CharacterReferenceId(id))],
        ParametersUsed = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(row.ParametersUsed) ?? [],
        ParametersDropped = JsonSerializer.Deserialize<List<string>>(row.ParametersDropped) ?? [],
        CreatedAt = FromMicroseconds(row.CreatedAt),
        CancelRequestedAt = FromMicroseconds(row.CancelRequestedAt),
        Revision = row.Revision,
        NodeId = row.NodeId,
        Claim = row.Claim,
        PricePerImage = ToUsd(row.PricePerImage),
        RetriedFrom = row.RetriedFrom is { } first ? new GenerationId(first) : null,
        TraceParent = row.TraceParent,
        Slots = [.. row.Slots.OrderBy(slot => slot.Index).Select(ToSlot)],
    };

    /// <summary>Writes the members of a slot that change.</summary>
    public static GenerationSlotRow Update(GenerationSlotRow row, GenerationSlot slot)
    {
        row.State = slot.State.ToString();
        row.PredictionId = slot.PredictionId;
        row.Error = slot.Error;
        row.ErrorDetail = slot.ErrorDetail;
        row.ExtraOutputs = slot.ExtraOutputs;
        row.IsPaidLoss = slot.IsPaidLoss;
        row.StartedAt = ToMicroseconds(slot.StartedAt);
        row.CompletedAt = ToMicroseconds(slot.CompletedAt);
        row.RateLimitWait = (long)slot.RateLimitWait.TotalMilliseconds;
        return row;
    }

    public static GenerationSlot ToSlot(GenerationSlotRow row) => new()
    {
        Index = row.Index,
        ImageId = new CharacterReferenceId(row.ImageId),
        Seed = row.Seed,
        State = Enum.Parse<GenerationSlotState>(row.State),
        PredictionId = row.PredictionId,
        Error = row.Error,
        ErrorDetail = row.ErrorDetail,
        ExtraOutputs = row.ExtraOutputs,
        IsPaidLoss = row.IsPaidLoss,
        StartedAt = FromMicroseconds(row.StartedAt),
        CompletedAt = FromMicroseconds(row.CompletedAt),
        RateLimitWait = TimeSpan.FromMilliseconds(row.RateLimitWait),
    };

    /// <summary>Millionths of a USD as USD.</summary>
    public static decimal? ToUsd(long? micros) => micros / MicrosPerUsd;

    /// <summary>Job ids in the order of their code points.</summary>
    public static IReadOnlyList<JobId> ToJobIds(IEnumerable<string> jobs) =>
        [.. jobs.Order(StringComparer.Ordinal).Select(ToJobId)];

    private static JobId ToJobId(string job) =>
        JobId.TryParse(job, out var id) ? id : throw new InvalidDataException($"The catalog has an invalid job id: {job}.");

    public static long ToMicroseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static long? ToMicroseconds(DateTimeOffset? time) => time is { } at ? ToMicroseconds(at) : null;

    public static DateTimeOffset? FromMicroseconds(long? microseconds) => microseconds is { } at ? FromMicroseconds(at) : null;

    public static DateTimeOffset FromMicroseconds(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    private static RemoteCopy? ToCopy(ReferenceRow row) => row.StoredKey is null ? null : new RemoteCopy
    {
        Key = AssetKey.Parse(row.StoredKey),
        State = row.StoredState switch
        {
            Pending => RemoteCopyState.Pending,
            Persisted => RemoteCopyState.Persisted,
            var other => throw new InvalidDataException($"The catalog has an unknown state of a copy: {other}."),
        },
        Attempts = row.StoreAttempts,
        LastError = row.StoreError,
        NextAttemptAt = FromMicroseconds(row.NextStoreAt ?? 0),
        PersistedAt = row.StoredAt is { } at ? FromMicroseconds(at) : null,
    };
}
