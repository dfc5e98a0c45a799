using CharacterRefs.Application.Configuration;

namespace CharacterRefs.Infrastructure.Storage.S3.Presigning;

/// <summary>A bucket as clients reach it, and the credentials to sign with. A snapshot: rotated credentials are a new target. Its text form masks them.</summary>
internal sealed record PresignTarget
{
    /// <summary>Scheme, host, port and, behind some gateways, a base path. Clients must reach it: the host is signed.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Whether the bucket always stands in the path; else it stands before the host where it can.</summary>
    public required bool ForcePathStyle { get; init; }

    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The region, part of what is signed also where the server ignores it.</summary>
    public required string Region { get; init; }

    /// <summary>Names the credentials; stands in every URL.</summary>
    public required string AccessKeyId { get; init; }

    /// <summary>What is signed with.</summary>
    public required Secret SecretAccessKey { get; init; }

    /// <summary>Comes with temporary credentials and is part of every URL then.</summary>
    public Secret? SessionToken { get; init; }
}
