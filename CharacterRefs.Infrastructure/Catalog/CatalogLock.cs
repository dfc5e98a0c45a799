namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>
/// Names of what a write locks before it reads, where no constraint of the schema would reject the second of two writers. SQLite locks the whole file instead.
/// </summary>
internal static class CatalogLock
{
    /// <summary>Sums of what a day has cost.</summary>
    public const string Budget = "budget";

    /// <summary>What describes the catalog as a whole: its id and the name of its store.</summary>
    public const string Store = "store";

    /// <summary>An image: its row and its tombstone.</summary>
    public static string Image(CharacterReferenceId id) => $"image {id.Value}";

    /// <summary>Images with these bytes.</summary>
    public static string Content(ContentHash sha256) => $"content {sha256}";

    /// <summary>A state that services share.</summary>
    public static string State(string name) => $"state {name}";

    /// <summary>A generation with its slots.</summary>
    public static string Generation(GenerationId id) => $"generation {id.Value}";

    /// <summary>A prediction of the provider, which one slot has.</summary>
    public static string Prediction(string id) => $"prediction {id}";

    /// <summary>The images of a job.</summary>
    public static string Job(JobId id) => $"job {id}";

    /// <summary>An idempotency key.</summary>
    public static string Key(IdempotencyKey key) => $"key {key.Owner} {key.Key}";
}
