namespace CharacterRefs.Infrastructure.Storage.S3.Presigning;

/// <summary>A bucket as clients reach it, and the credentials to sign with. Rotated credentials need a new target. <c>ToString</c> masks them.</summary>
internal sealed record PresignTarget
{
    /// <summary>Scheme, host, port and, behind some gateways, a base path. Clients must reach it: the host is signed.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Whether the bucket is always in the path; otherwise it is part of the host where possible.</summary>
    public required bool ForcePathStyle { get; init; }

    public required string Bucket { get; init; }

    /// <summary>The region; signed even where the server ignores it.</summary>
    public required string Region { get; init; }

    /// <summary>Names the credentials; part of every URL.</summary>
    public required string AccessKeyId { get; init; }

    /// <summary>The signing secret.</summary>
    public required Secret SecretAccessKey { get; init; }

    /// <summary>Only with temporary credentials; part of every URL then.</summary>
    public Secret? SessionToken { get; init; }
}
