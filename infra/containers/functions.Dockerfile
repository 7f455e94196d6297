# The Functions app on Microsoft's image of the Functions host, which there is for amd64 alone. The context is the root of the repository.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0-noble
ARG HOST_IMAGE=mcr.microsoft.com/azure-functions/dotnet-isolated:4-dotnet-isolated10.0

FROM ${SDK_IMAGE} AS build
ARG REVISION=
ARG SOURCE_DATE_EPOCH=0
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
WORKDIR /source
COPY Directory.Build.props Directory.Build.rsp Directory.Build.targets Directory.Packages.props global.json ./
COPY src/BatchFunctions/BatchFunctions.csproj src/BatchFunctions/
COPY src/BatchFunctions.Api/BatchFunctions.Api.csproj src/BatchFunctions.Api/
# The response file beside the project asks for the packages of the Functions SDK.
COPY src/BatchFunctions.FunctionApp/BatchFunctions.FunctionApp.csproj src/BatchFunctions.FunctionApp/Directory.Build.rsp src/BatchFunctions.FunctionApp/
COPY src/BatchFunctions.Sql/BatchFunctions.Sql.csproj src/BatchFunctions.Sql/
# It names properties of the restore, and where there are any, only properties of the restore count in it.
RUN dotnet restore src/BatchFunctions.FunctionApp -rp:RuntimeIdentifier=linux-x64 -rp:SelfContained=false
COPY LICENSE host.json ./
COPY docs/openapi.json docs/
COPY src/BatchFunctions src/BatchFunctions
COPY src/BatchFunctions.Api src/BatchFunctions.Api
COPY src/BatchFunctions.FunctionApp src/BatchFunctions.FunctionApp
COPY src/BatchFunctions.Sql src/BatchFunctions.Sql
RUN dotnet publish src/BatchFunctions.FunctionApp --no-restore -c Release -r linux-x64 --self-contained false -p:ContinuousIntegrationBuild=true -p:RunAnalyzers=false -p:SourceRevisionId=${REVISION} -p:PublishDocumentationFiles=false -o /app
RUN cp LICENSE /app/ && rm -f /app/onnxruntime*.dll && find /app -exec touch --no-dereference --date=@${SOURCE_DATE_EPOCH} {} +

FROM ${HOST_IMAGE}
ARG REVISION=
LABEL org.opencontainers.image.title="BatchFunctions on Azure Functions" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.revision="${REVISION}"
# The host's own port is 80, which is for root, and it keeps what it knows of keys beside itself, where only root may write.
ENV ASPNETCORE_URLS=http://+:8080 \
    AzureFunctionsJobHost__Logging__Console__IsEnabled=true \
    AzureWebJobsScriptRoot=/home/site/wwwroot \
    FUNCTIONS_SECRETS_PATH=/tmp/secrets
COPY --from=build /app /home/site/wwwroot
USER 1654:1654
EXPOSE 8080
# The image has no program that speaks HTTP, but its shell does.
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=4 CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /api/health HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r answer <&3 && [[ $answer == *' 200 '* ]]"]
