/** The screens' site, which a deployment has if it names a certificate. */
import { kept } from './tables.ts';

interface SiteSettings {
  readonly sandbox: boolean;
  readonly hosts: readonly string[];
  readonly certificate: string;
  /** Where the pages may send requests beside their own origin. */
  readonly api: string;
}

export const OUTPUTS_OF_SITE: Readonly<Record<string, { Value: string }>> = {
  SiteBucketName: { Value: '<SiteFiles>' },
  SiteDistributionId: { Value: '<SiteDistribution>' },
  SiteDomainName: { Value: '<SiteDistribution.DomainName>' },
};

const csp = (api: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${api}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** What the pages say of themselves to a browser; it overrides what the bucket says. */
const headers = (api: string) => ({
  Type: 'AWS::CloudFront::ResponseHeadersPolicy',
  Properties: {
    ResponseHeadersPolicyConfig: {
      CustomHeadersConfig: {
        Items: [
          {
            Header: 'permissions-policy',
            Override: true,
            Value: 'camera=(self), microphone=(), geolocation=(), payment=()',
          },
          { Header: 'cross-origin-opener-policy', Override: true, Value: 'same-origin' },
          { Header: 'cross-origin-resource-policy', Override: true, Value: 'same-origin' },
        ],
      },
      Name: 'TillgateSiteHeaders05BA7354',
      SecurityHeadersConfig: {
        ContentSecurityPolicy: { ContentSecurityPolicy: csp(api), Override: true },
        ContentTypeOptions: { Override: true },
        FrameOptions: { FrameOption: 'DENY', Override: true },
        ReferrerPolicy: { Override: true, ReferrerPolicy: 'no-referrer' },
        StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, IncludeSubdomains: true, Override: true },
      },
    },
  },
});

/** Encrypted, and closed to the world whatever an object's own list says. */
const CLOSED = {
  BucketEncryption: {
    ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
  },
  PublicAccessBlockConfiguration: {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  },
};

const buckets = (sandbox: boolean) => ({
  SiteLogs: {
    Type: 'AWS::S3::Bucket',
    Properties: {
      ...CLOSED,
      AccessControl: 'LogDeliveryWrite',
      LifecycleConfiguration: { Rules: [{ ExpirationInDays: 90, Status: 'Enabled' }] },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
    },
    ...kept(sandbox),
  },
  SiteFiles: {
    Type: 'AWS::S3::Bucket',
    Properties: {
      ...CLOSED,
      LifecycleConfiguration: {
        Rules: [{ NoncurrentVersionExpiration: { NoncurrentDays: 90 }, Status: 'Enabled' }],
      },
      LoggingConfiguration: { DestinationBucketName: '<SiteLogs>', LogFilePrefix: 'bucket/' },
      VersioningConfiguration: { Status: 'Enabled' },
    },
    ...kept(sandbox),
  },
});

/** Nothing goes over an open line. */
const onlyOverTls = (bucket: string) => ({
  Action: 's3:*',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Resource: [`<${bucket}.Arn>`, `<${bucket}.Arn>/*`],
});

/** The one that reads: this distribution, each time signed. */
const READER = {
  Action: 's3:GetObject',
  Condition: {
    StringEquals: {
      'AWS:SourceArn': 'arn:<AWS::Partition>:cloudfront::<AWS::AccountId>:distribution/<SiteDistribution>',
    },
  },
  Effect: 'Allow',
  Principal: { Service: 'cloudfront.amazonaws.com' },
  Resource: '<SiteFiles.Arn>/*',
};

const policyOf = (bucket: string, Statement: readonly object[]) => ({
  Type: 'AWS::S3::BucketPolicy',
  Properties: { Bucket: `<${bucket}>`, PolicyDocument: { Statement, Version: '2012-10-17' } },
});

/** The plain name of a page is its `index.html`. What it does: site.test.ts. */
const TO_PAGE = [
  'function handler(event) {',
  '  var request = event.request;',
  "  if (!request.uri.split('/').pop().includes('.')) request.uri = request.uri.replace(/\\/?$/, '/index.html');",
  '  return request;',
  '}',
].join('\n');

const distribution = (hosts: readonly string[], certificate: string) => ({
  Type: 'AWS::CloudFront::Distribution',
  Properties: {
    DistributionConfig: {
      Aliases: hosts,
      Comment: 'Tillgate: the screens',
      DefaultCacheBehavior: {
        // AWS's own "CachingOptimized": it asks for nothing but the path.
        CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
        Compress: true,
        FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: '<SiteToPage.FunctionARN>' }],
        ResponseHeadersPolicyId: '<SiteHeaders>',
        TargetOriginId: 'TillgateSiteDistributionOrigin1C4AF1668',
        ViewerProtocolPolicy: 'redirect-to-https',
      },
      Enabled: true,
      HttpVersion: 'http2and3',
      IPV6Enabled: true,
      Logging: { Bucket: '<SiteLogs.RegionalDomainName>', Prefix: 'distribution/' },
      Origins: [
        {
          DomainName: '<SiteFiles.RegionalDomainName>',
          Id: 'TillgateSiteDistributionOrigin1C4AF1668',
          OriginAccessControlId: '<SiteDistributionOrigin1S3OriginAccessControl.Id>',
          S3OriginConfig: { OriginAccessIdentity: '' },
        },
      ],
      PriceClass: 'PriceClass_200',
      ViewerCertificate: {
        AcmCertificateArn: certificate,
        MinimumProtocolVersion: 'TLSv1.2_2021',
        SslSupportMethod: 'sni-only',
      },
    },
  },
});

export const site = ({ sandbox, hosts, certificate, api }: SiteSettings): Record<string, unknown> => ({
  ...buckets(sandbox),
  SiteLogsPolicy: policyOf('SiteLogs', [onlyOverTls('SiteLogs')]),
  SiteFilesPolicy: policyOf('SiteFiles', [onlyOverTls('SiteFiles'), READER]),
  SiteHeaders: headers(api),
  SiteToPage: {
    Type: 'AWS::CloudFront::Function',
    Properties: {
      AutoPublish: true,
      FunctionCode: TO_PAGE,
      FunctionConfig: { Comment: '<AWS::Region>TillgateSiteToPage57DCEE19', Runtime: 'cloudfront-js-2.0' },
      Name: '<AWS::Region>TillgateSiteToPage57DCEE19',
    },
  },
  SiteDistributionOrigin1S3OriginAccessControl: {
    Type: 'AWS::CloudFront::OriginAccessControl',
    Properties: {
      OriginAccessControlConfig: {
        Name: 'TillgateSiteDistributionOrigin1S3OriginAccessControl0A09875E',
        OriginAccessControlOriginType: 's3',
        SigningBehavior: 'always',
        SigningProtocol: 'sigv4',
      },
    },
  },
  SiteDistribution: distribution(hosts, certificate),
});
