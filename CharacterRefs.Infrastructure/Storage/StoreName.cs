namespace CharacterRefs.Infrastructure.Storage;

/// <summary>What distinguishes the store in use from any other: its place, without secrets.</summary>
internal sealed record StoreName(string Value)
{
    /// <summary>The directory under <c>DATA_ROOT</c>, which also has the catalog.</summary>
    public static StoreName Local { get; } = new("local");

    /// <summary>A bucket; without an endpoint one of Amazon's.</summary>
    public static StoreName Of(string bucket, Uri? endpoint) => new($"s3 {endpoint?.AbsoluteUri ?? "amazon"} {bucket}");
}
