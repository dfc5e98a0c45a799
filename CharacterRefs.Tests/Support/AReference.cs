using System.Security.Cryptography;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Tests.Support;

/// <summary>References, files and ids for tests that do not care about their details.</summary>
internal static class AReference
{
    public static DateTimeOffset Time { get; } = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);

    public static CharacterReferenceId NewId() => CharacterReferenceId.Create(Time);

    public static CharacterReference Uploaded(DateTimeOffset? createdAt = null) => new()
    {
        Id = NewId(),
        Origin = ReferenceOrigin.Uploaded,
        Format = ImageFormat.Png,
        Width = 1024,
        Height = 768,
        SizeBytes = 123_456,
        Sha256 = ContentHash.FromDigest(SHA256.HashData([1, 2, 3])),
        CreatedAt = createdAt ?? Time,
    };

    /// <summary>The image of this slot.</summary>
    public static CharacterReference Generated(Generation generation, GenerationSlot slot) => Uploaded() with
    {
        Id = slot.ImageId,
        Origin = ReferenceOrigin.Generated,
        Provenance = generation.ProvenanceOf(slot),
    };

    public static LocalFile FileOf(CharacterReference reference) => new($"/data/{reference.Id}.{reference.Format}", reference.SizeBytes, Time);

    /// <summary>An image whose upload is pending and due.</summary>
    public static CharacterReference Pending(CharacterReference? reference = null)
    {
        var image = reference ?? Uploaded();
        return image with { RemoteCopy = UploadIntake.Create(image, Time) };
    }

    /// <summary>An image whose copy is persisted.</summary>
    public static CharacterReference Persisted(CharacterReference? reference = null)
    {
        var pending = Pending(reference);
        return pending with { RemoteCopy = pending.RemoteCopy!.Verified(Time) };
    }
}
