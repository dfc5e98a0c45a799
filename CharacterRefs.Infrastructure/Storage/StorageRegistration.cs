using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Storage;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Infrastructure.Storage.LocalDisk;
using CharacterRefs.Infrastructure.Storage.Presigning;
using CharacterRefs.Infrastructure.Storage.S3;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using CharacterRefs.Infrastructure.Storage.S3.Presigning;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Infrastructure.Storage;

/// <summary>Registers the chosen store.</summary>
internal static class StorageRegistration
{
    public static IServiceCollection AddStorage(this IServiceCollection services, Settings settings, DataRootOptions dataRoot)
    {
        var storage = StorageSettings.Read(settings);
        services.AddSingleton(storage);
        services.AddSingleton(PresigningOptions.Read(settings));
        services.AddHealthChecks().AddCheck<StorageHealth>("storage");
        var s3 = S3StoreOptions.Read(settings, storage);
        if (!storage.HasBucket)
        {
            services.AddLocalStorage(settings, dataRoot);
            services.AddSingleton(StoreName.Local);
            services.AddSingleton<IStoreReachability, AlwaysReachable>();
            services.AddSingleton(provider => new LocalUrlSigner(
                LocalUrlKey.ReadOrCreate(dataRoot), provider.GetRequiredService<PresigningOptions>(), provider.GetRequiredService<TimeProvider>()));
            services.AddSingleton<IAssetUrlSigner>(provider => provider.GetRequiredService<LocalUrlSigner>());
            services.AddSingleton<ISignedUrlGate>(provider => provider.GetRequiredService<LocalUrlSigner>());
            return services;
        }

        services.AddS3Storage(s3);
        services.AddSingleton(StoreName.Of(s3.Bucket, s3.Endpoint));
        services.AddSingleton<StorageProbe>();
        services.AddSingleton<StorageCheck>();
        services.AddHostedService(provider => provider.GetRequiredService<StorageCheck>()); // first, because the others need the bucket
        services.AddSingleton<S3Reachability>();
        services.AddSingleton<IStoreReachability>(provider => provider.GetRequiredService<S3Reachability>());
        services.AddHostedService(provider => provider.GetRequiredService<S3Reachability>());
        services.AddSingleton<ISignedUrlGate, NoSignedUrls>();
        services.AddSingleton<SigV4QuerySigner>();
        services.AddSingleton<IAssetUrlSigner, S3UrlSigner>();
        return services;
    }
}
