namespace CharacterRefs.Infrastructure.Files;

internal static class FilesRegistration
{
    /// <summary>Adds the reference files. Creates their directory and writes to it, so that an unusable disk stops the start.</summary>
    public static IServiceCollection AddReferenceFiles(this IServiceCollection services, Settings settings, DataRootOptions options)
    {
        try
        {
            services.AddSingleton<IReferenceFiles>(new LocalReferenceFiles(options));
            services.AddSingleton<IDerivativeFiles>(new LocalDerivativeFiles(options));
        }
        catch (LocalStorageException error)
        {
            settings.Reject($"DATA_ROOT is \"{options.Path}\". {error.Message}");
        }

        return services;
    }
}
