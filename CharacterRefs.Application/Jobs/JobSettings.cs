using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Ports.Catalog;

namespace CharacterRefs.Application.Jobs;

/// <summary>Settings of jobs.</summary>
public sealed record JobSettings
{
    /// <summary><c>ASSET_BACKUP_LIMIT</c>: versions kept of a replaced file, 0 to 100; default 1. With 0 none is kept.</summary>
    public required int BackupLimit { get; init; }

    /// <summary><c>JOB_CONCURRENCY</c>: files of one job transferred at once, 1 to 64; default 8.</summary>
    public required int Concurrency { get; init; }

    /// <summary>
    /// <c>JOB_LEASE</c>: seconds, 5 to 3600, after which the lease of a killed process expires and others can change its job; default 30. A running
    /// process renews it three times in that time.
    /// </summary>
    public required TimeSpan Lease { get; init; }

    /// <summary><c>JOB_FILE_MAX_BYTES</c>: longest file that a workspace takes over HTTP, in bytes, 1 MiB to 1 TiB; default 5 GiB.</summary>
    public required long MaxFileBytes { get; init; }

    /// <summary>Declares and reads the variables.</summary>
    public static JobSettings Read(Settings settings) => new()
    {
        BackupLimit = (int)settings.WholeNumber("ASSET_BACKUP_LIMIT", 1, 0, 100),
        Concurrency = (int)settings.WholeNumber("JOB_CONCURRENCY", 8, 1, 64),
        Lease = settings.Seconds("JOB_LEASE", 30, 5, (int)IJobLeases.Longest.TotalSeconds),
        MaxFileBytes = settings.WholeNumber("JOB_FILE_MAX_BYTES", 5L << 30, 1 << 20, 1L << 40, "bytes"),
    };
}
